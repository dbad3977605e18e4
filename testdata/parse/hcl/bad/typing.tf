resource "a" "word" {
  before = 1
  foo
  after = 2
}

resource "a" "assign" {
  before = 1
  foo =
  after = 2
}

resource "a" "quote" {
  before = 1
  foo = "abc
  after = "x"
}

resource "a" "square" {
  before = 1
  foo = [
  after = 2
}

resource "a" "block" {
  before = 1
  foo {
  after = 2
}

resource "a" "traversal" {
  before = 1
  foo = aws_iam_role.
  after = 2
}

resource "a" "interpolation" {
  before = 1
  foo = "${var.
  after = 2
}

resource "a" "header"
  before = 1
  after = 2
}

resource "a" "call" {
  before = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Action = "*" "x"
      Effect = "Allow"
    }]
  })
  after = 2
}

resource "a" "map" {
  tags = {
    one = 1
    two
    three = 3
  }
}

resource "a" "last" {
  after = 2
}
