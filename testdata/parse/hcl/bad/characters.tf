a = 1;
b = 'single'
c = "bad \x escape"
d = @
é = “quotes”
/* never closed
e = 1
