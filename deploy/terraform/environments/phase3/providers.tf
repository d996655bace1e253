# Beside us-east-1 (versions.tf).

provider "aws" {
  alias  = "eu"
  region = "eu-west-1"

  default_tags {
    tags = local.tags
  }
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"

  default_tags {
    tags = local.tags
  }
}
