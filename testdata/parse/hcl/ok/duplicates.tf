a = 1
a = 2
map = {
  key   = "one"
  other = true
  key   = "two"
  "key" = "three"
  k = 1, k = 2
  (x) = 1
  (x) = 2
  "${y}" = 1
  "${y}" = 2
  "q r" = 1
  "q r" = 2
  1 = 1
  1 = 2
}
block "x" {
  b = 1
  nested {
    b = 1
    b = { c = 1, c = 2 }
  }
  b = 2
}
