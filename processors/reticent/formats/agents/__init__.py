"""What agents and their frameworks keep of their runs: sessions, histories of messages, events. One file each."""
