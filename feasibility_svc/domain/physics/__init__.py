"""One phenomenon per file. Plain floats in, plain floats out; units in every name, the source in every docstring.

Provenance tags: [R] read in the source, [R2] second-hand, [M] recalled, [D] derived by us, [A] assumed.
"""
