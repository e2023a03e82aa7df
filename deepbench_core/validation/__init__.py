"""Proving that a problem is good: that its reference is right, and that its tests notice when it is not.

`suite.validate` is the way in; `prove` runs everything on the executors' warm pool, `lint` and `similar` only read,
`notes` are what the author wrote down about a proof, and `kept` is the file that remembers proofs.
"""
