"""Benchmarks against floors measured in the same run; see docs/performance.md."""
