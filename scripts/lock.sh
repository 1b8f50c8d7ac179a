#!/usr/bin/env bash
# Writes requirements.lock: every version that `make install` installs, for Python 3.10 and later.
#
# torch is pinned here and its CUDA packages are left out, so that a machine whose pip finds a
# CPU build of torch installs that and no CUDA. Where pip finds only the CUDA build, it fetches
# the CUDA packages that build asks for.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" --quiet install 'uv>=0.5'
echo 'torch==2.13.0' >"$work/constraints.txt"
skip=()
for package in cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cccl nvidia-cuda-cupti \
  nvidia-cuda-nvrtc nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand \
  nvidia-cusolver nvidia-cusparse nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink \
  nvidia-nvshmem-cu13 nvidia-nvtx triton; do
  skip+=(--no-emit-package "$package")
done
"$work/venv/bin/uv" pip compile --quiet --universal --python-version 3.10 --constraints "$work/constraints.txt" \
  "${skip[@]}" --no-annotate --custom-compile-command 'make lock' \
  --extra formats --extra dask --extra index --extra plot --group dev pyproject.toml -o requirements.lock
