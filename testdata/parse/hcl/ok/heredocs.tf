plain = <<EOF
  two spaces
# no comment
EOF
empty = <<EOF
EOF
flush = <<-EOT
    four

      six ${var.a} mid
    $${b} \n stays
    EOT
uneven = <<-EOT
    ${var.first} begins
      deep
  EOT
directives = <<-EOT
    %{ for name in names ~}
    server ${name}
    %{ endfor ~}
    end
    EOT
false_end = <<EOF
EOF"
  EOF_
 EOFish
EOF
call = jsonencode(<<-EOT
  { "a": "${b}" }
  EOT
)
list = [<<A
one
A
  , <<B
two
B
]
