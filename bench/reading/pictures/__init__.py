"""Pictures out of captures: crops of single fields, pages before and after clean-up. Uses the generator's libraries."""
