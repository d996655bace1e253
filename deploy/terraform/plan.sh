#!/bin/sh
# Plan an environment: `deploy/terraform/plan.sh deploy/terraform/environments/phase1 [arguments of terraform plan]`.
# Needs STATES_BUCKET, TFVARS (the variables that are no secrets, as a .tfvars file has them) and TF_VAR_... for the secrets.
# Leaves var/plans/<environment>.tfplan, and as .txt what it would change.
set -eu
cd "$(dirname "$0")/../.."
folder=$1
shift
plans="$PWD/var/plans"
name="$plans/$(basename "$folder")"
mkdir -p "$plans"
python3 -m deploy.lambdas.build
printf '%s\n' "$TFVARS" > "$name.tfvars"
terraform -chdir="$folder" init -backend-config="bucket=$STATES_BUCKET"
terraform -chdir="$folder" plan -var-file="$name.tfvars" -out="$name.tfplan" "$@"
terraform -chdir="$folder" show -no-color "$name.tfplan" > "$name.txt"
