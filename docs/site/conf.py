"""Settings of Sphinx for the documentation site; `make docs` builds it."""

project = "RMOS"
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "RMOS"
html_copy_source = False
html_show_sphinx = False
highlight_language = "none"
nitpicky = True
suppress_warnings = [
    "toc.multiple_toc_parents",  # the hidden list catches pages that no chapter names
    "misc.highlighting_failure",  # answers that are cut are no JSON
]
