"""The vault: values that somebody may see again, who saw them, and the keys that seal them."""
