"""What the tests of several services share; never part of the product."""
