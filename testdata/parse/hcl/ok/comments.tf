# hash
// slashes
/* block
   over lines */
a = 1 # behind
b = /* inside */ 2 // behind
c = "# no // comment /* here */ ${ /* but here */ d # and
}"
e = <<EOF
# no
${ # yes
  f }
// no
EOF
g = [ # one
  1, // two
  /* three */ 2
]
block /* four */ "x" /* five */ { # six
  # nhilint: ignore[rule] -- reason
}
#
//
/**/
# last, without a line break