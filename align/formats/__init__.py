"""Readers and writers, one module a family.

A reader takes a path and yields documents; a writer takes beads and an open text stream.
`align.formats.files` finds the inputs behind the paths a user gives and writes outputs so
that they are either whole or not there.
"""
