# A small deployment with the mistakes that are made most. All credentials are made up.

terraform {
  required_version = ">= 1.6"
}

provider "aws" {
  region = "eu-central-1"
}

variable "database_password" {
  type    = string
  default = "kT7-vnQ2.pLw9xRb"
}

locals {
  everything = "*"
}

resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "deploy" {
  role = aws_iam_role.deploy.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = local.everything
      Resource = "*"
    }]
  })
}

resource "aws_iam_user" "backup" {
  name = "backup"
  tags = {
    owner = "storage-team"
  }
}

resource "aws_iam_access_key" "backup" {
  user = aws_iam_user.backup.name
}

resource "aws_db_instance" "orders" {
  engine         = "postgres"
  instance_class = "db.t4g.micro"
  username       = "orders"
  password       = var.database_password
}
