Some words, and then:

```hcl
resource "a" "b" {
  c = 1
}
```

* an item: `x`
* another one's item

resource "a" "last" {
  after = 2
}
