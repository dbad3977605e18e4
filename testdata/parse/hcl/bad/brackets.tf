resource "a" "unclosed" {
  before = 1
  list = [1, 2
  after = 2

resource "a" "stray" {
  before = 1
  ]
  after = 2
}
}

resource "a" "object" {
  tags = {
    a = 1
  after = 2
}

resource "a" "call" {
  name = lower("x"
  after = 2
}

resource "a" "heredoc" {
  text = <<EOF
  never closed
  after = 2
}

a { b = 1 } c { d = 2 }
x = 1 y = 2

resource "a" "last" {
  after = 2
}
