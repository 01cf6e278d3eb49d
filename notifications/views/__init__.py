"""The inbox: what a holder was told, and what they answer; and what became of the mails."""
