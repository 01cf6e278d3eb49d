# Set for the second of the two runs of `make test`, which leaves out what asks for no database.
WITHOUT_DATABASE_RAN = "TESTS_WITHOUT_DATABASE_RAN"
