"""What `./factory cluster status` says."""
