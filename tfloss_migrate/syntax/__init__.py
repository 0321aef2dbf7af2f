"""Reading code: names, flow, terms, patterns, and the bridge to libcst."""
