// exit: 3
// says: f8E8M0FNU: not supported yet
func.func @main(%a: tensor<4xf8E8M0FNU>) -> tensor<4xf8E8M0FNU> {
  return %a : tensor<4xf8E8M0FNU>
}
