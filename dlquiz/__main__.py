"""`python -m dlquiz`: the same door as the installed command."""

from dlquiz.cli import main

if __name__ == "__main__":
    main()
