"""YAML files ⇄ cards and problems with `file:line`; the compiled cache; checks."""
