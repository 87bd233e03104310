// Mathematics (not called Numerics: that name belongs to swift-numerics, which the web server brings along)
