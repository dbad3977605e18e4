# é𝒳 stand before what is found, in bytes, in code units and in characters.
resource "aws_iam_role" "deploy" {
  name = "deploy"
  tags = { owner = "platform" }
}

resource "aws_iam_role_policy" "deploy" {
  role = aws_iam_role.deploy.id
  policy = jsonencode({
    Statement = [{ Sid = "é𝒳", Effect = "Allow", Action = "*", Resource = "*" }]
  })
}

resource "aws_iam_user" "bot" {
  name = "bot"
}

resource "aws_iam_access_key" "bot" {
  user = aws_iam_user.bot.name
}

resource "aws_kms_key" "tokens" {
  description = "signs the tokens of é𝒳"
}

resource "aws_lambda_function" "report" {
  function_name = "report"
  role          = aws_iam_role.deploy.arn
}
