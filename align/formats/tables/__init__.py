"""Tables of pairs and of texts: CSV, TSV, XLSX, JSON lines and Parquet."""
