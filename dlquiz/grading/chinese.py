"""The range of Chinese characters, apart from `words`: a module that needs it alone does not import that one."""

# Unified ideographs with their extension A, and compatibility ideographs; to stand in the brackets of a pattern.
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
