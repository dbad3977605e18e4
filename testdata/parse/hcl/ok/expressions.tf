numbers   = [0, 1.5, 1e10, -3, - 4, 100000000000000000000]
words     = [true, false, null, truely]
operators = !a && b || -c == d + e * f % 2 >= 3 / 4 - 5
ternary   = a ? b : c ? d : e
paren     = (
  a
  + b
)
access    = a.b[0].c["d"].e.0.f
splat     = a[*].b[0].c
attrs     = a.*.b.c[0].d
both      = a[*].b[*].c
legacy    = a.*.0.b
index     = a[b[c]]
call      = max(1, 2, x...)
spaced    = core::strlen( "a" )
namespace = provider::aws::arn_parse(var.arn)
list_for  = [for v in x : v]
map_for   = { for k, v in x : k => v... if v != "" }
lines_for = {
  for k in x : k => k == "a" # which
  ? 1
  : 2
  if k != ""
}
keys = {
  a         = 1
  "b"       = 2
  "c\n"     : 3,
  (var.d)   = 4
  "${e}-f"  = 5
  g.h       = 6
  7         = 7
  true      = 8
  ""        = 9
}
one_line { a = 1 }
empty {}
labels "a" b "c\"d" {
  nested "x" {
    deep {}
  }
}
größe-2 = über.Größe
