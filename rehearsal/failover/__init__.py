"""How long a lab is without names while one of its resolvers is away."""
