"""``python -m abreast`` is the command line."""

from abreast.cli.main import main

if __name__ == "__main__":
    main()
