"""`python -m tts_client` is the command `tts`."""

from tts_client.cli import main

main()
