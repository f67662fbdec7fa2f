// exit: 3
// says: bad_many_calls.mlir:12:8: error: programs of more than 65536 ops with their calls
// A function of 2 ops is called 2^14 times, by calls of two calls: 65,536 ops with main's constant and call, and one more.
func.func @main() -> tensor<i32> {
  %c = stablehlo.constant dense<5> : tensor<i32>
  %d = stablehlo.add %c, %c : tensor<i32>
  %r = call @f14(%d) : (tensor<i32>) -> tensor<i32>
  return %r : tensor<i32>
}
func.func private @f0(%x: tensor<i32>) -> tensor<i32> {
  %c = stablehlo.constant dense<1> : tensor<i32>
  %r = stablehlo.add %x, %c : tensor<i32>
  return %r : tensor<i32>
}
func.func private @f1(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f0(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f0(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f2(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f1(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f1(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f3(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f2(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f2(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f4(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f3(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f3(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f5(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f4(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f4(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f6(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f5(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f5(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f7(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f6(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f6(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f8(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f7(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f7(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f9(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f8(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f8(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f10(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f9(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f9(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f11(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f10(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f10(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f12(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f11(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f11(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f13(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f12(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f12(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
func.func private @f14(%x: tensor<i32>) -> tensor<i32> {
  %a = call @f13(%x) : (tensor<i32>) -> tensor<i32>
  %b = call @f13(%a) : (tensor<i32>) -> tensor<i32>
  return %b : tensor<i32>
}
