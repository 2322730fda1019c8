"""The fact store is tested on real files, real processes and real kills."""
