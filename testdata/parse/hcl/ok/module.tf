# A module with one of everything that people write every day.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { owner = "platform" }
  }
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

locals {
  name    = "app-${var.stage}"
  buckets = toset(["logs", "state"])
  tags = merge(var.tags, {
    Name  = local.name
    stage = var.stage
  })
}

resource "aws_iam_role" "app" {
  name = local.name
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Action = "sts:AssumeRole"
        Effect = "Allow"
        Principal = {
          Service = ["ec2.amazonaws.com", "lambda.amazonaws.com"]
        }
      },
    ]
  })

  lifecycle {
    ignore_changes = [tags["built"]]
  }
}

data "aws_iam_policy_document" "app" {
  statement {
    sid       = "read"
    actions   = ["s3:GetObject"]
    resources = [for name in local.buckets : "arn:aws:s3:::${name}/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organisation]
    }
  }
}

resource "aws_iam_policy" "app" {
  name   = "${local.name}-read"
  policy = data.aws_iam_policy_document.app.json
  tags   = local.tags
}

output "role" {
  value       = aws_iam_role.app.arn
  description = "The role's ARN"
}
