"""Labels (tem): the codes on them, the sheets they are printed on, the jobs that print them."""
