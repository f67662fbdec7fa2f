// exit: 2
// says: bad_attribute_twice.mlir:4:53: error: 'iota_dimension' is given twice
func.func @main(%a: tensor<4xf32>) -> tensor<4xf32> {
 %0 = "stablehlo.iota"() {iota_dimension = 0 : i64, iota_dimension = 0 : i64} : () -> tensor<4xf32>
 return %0 : tensor<4xf32>
}
