"""The benchmarks and the floors they are held against. `make bench` writes docs/performance.md.

Machines are noisy: every figure is a ratio of two sides measured alternately in one run, by the
median of the rounds.
"""
