"""What people and scripts look at beside the verdict: rule ids, guard findings, frets one by one, bills of materials.

Views are computed from the same physics and decide nothing.
"""
