"""Bytes in, URLs out: images, 3D models and downloads in S3 behind CloudFront. Knows no products."""
