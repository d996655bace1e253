terraform {
  # `terraform init -backend-config=bucket=<the account's bucket of states>`; a lock file beside the state lets one apply at a time.
  backend "s3" {
    key          = "shopcloud/phase1.tfstate"
    region       = "us-east-1"
    encrypt      = true
    use_lockfile = true
  }
}
