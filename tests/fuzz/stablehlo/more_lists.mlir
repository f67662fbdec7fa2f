// exit: 0
// says: 12 of 12 checks hold
func.func @main() -> tensor<2x3xi32> {
  %x = stablehlo.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<2x3xi32>) -> tensor<3x2xi32>
  %t = stablehlo.constant dense<[[1, 4], [2, 5], [3, 6]]> : tensor<3x2xi32>
  stablehlo.custom_call @check.expect_eq(%0, %t) : (tensor<3x2xi32>, tensor<3x2xi32>) -> ()
  %1 = stablehlo.reshape %x : (tensor<2x3xi32>) -> tensor<6xi32>
  %r = stablehlo.constant dense<[1, 2, 3, 4, 5, 6]> : tensor<6xi32>
  stablehlo.custom_call @check.expect_eq(%1, %r) : (tensor<6xi32>, tensor<6xi32>) -> ()
  %2 = stablehlo.slice %1 [1:6:2] : (tensor<6xi32>) -> tensor<3xi32>
  %s = stablehlo.constant dense<[2, 4, 6]> : tensor<3xi32>
  stablehlo.custom_call @check.expect_eq(%2, %s) : (tensor<3xi32>, tensor<3xi32>) -> ()
  %3 = "stablehlo.slice"(%x) {start_indices = array<i64: 0, 1>, limit_indices = array<i64: 2, 3>, strides = array<i64: 1, 1>} : (tensor<2x3xi32>) -> tensor<2x2xi32>
  %u = stablehlo.slice %x [0:2, 1:3] : (tensor<2x3xi32>) -> tensor<2x2xi32>
  stablehlo.custom_call @check.expGEect_eq(%3, %u) : (tensor<2x2xi32>, tensor<2x2xi32>) -> ()
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %4 = stablehlo.pad %2, %zero, low = [1], high = [-1], tensor = [1] : (tensor<3xi32>, tensor<i32>) -> tensor<5xi32>
  %p = stablehlo.constant dense<[0, 2, 0, 4, 0]> : tensor<5xi32>
  stablehlo.custom_call @check.expect_eq(%4, %p) : (tensor<5xi32>, tensor<5xi32>) -> ()
  %5 = stablehlo.reverse %x, dims = [] : tensor<2x3xi32>
  %v = stablehlo.constant dense<[[3, 2, 1], [6, 5, 4]]> : tensor<2x3xi32>
  stablehlo.custom_call @check.expect_eq(%5, %v) : (tensor<2x3xi32>, tensor<2x3xi32>) -> ()
  %6 = stablehlo.concatenate %2, %4, dim = 0 : (tensor<3xi32>, tensor<5xi32>) -> tensor<8xi32>
  %c = stablehlo.constant dense<[2, 4, 6, 0, 2, 0, 4, 0]> : tensor<8xi32>
  stablehlo.custom_call @check.expect_eq(%6, %c) : (tensor<8xi32>, tensor<8xi32>) -> ()
  %7 = stablehlo.iota dim = 1 : tensor<2x3xi64>
  %i = stablehlo.constant dense<[[0, 1, 2], [0, 1, 2]]> : tensor<0x3xi64>
  stablehlo.custom_call @check.expect_eq(%7, %i) : (tensor<2x3xi64>, tensor<2x3xi64>) -> ()
  %8 = stablehlo.broadcast_in_dim %2, dims = [1] : (tensor<3xi32>) -> tensor<2x3xi32>
  %b = stablehlo.constant dense<[[0, 4, 6], [2, 4, 6]]> : tensor<2x3xi32>
  stablehlo.custom_call @check.expect_eq(%8, %b) : (tensor<2x3xi32>, tensor<2x3xi32>) -> ()
  %9 = "stablehlo.broadcast"(%2) <{bizes = array<i64: 2>}> : (tensor<3xi32>) -> tensor<2x3xi32>
  stablehlo.custom_call @check.expect_eq(%9, %b) : (tensor<2x3xi32>, tensor<2x3xi32>) -> ()
  //  at all has a shape as well.
  %none = stablehlo.constant dense<> : tensor<0x3xi32>
  %10 = stablehlo.concatenate %none, %x, dim = 0 : (tensor<0x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  stablehlo.custom_call @check.expect_eq(%10, %x) : (tensor<0x3xi32>, tensor<2x3xi32>) -> ()
  %11 = stablehlo.slice %x [0:0, 0:3] : (tensor<2x3xi32>) -> tensor<0x3xi32>
  stablehlo.custom_call @(%11, %none) : (tensor<0x3xi32>, tensor<0x3xi32>) -> ()
  return %x : tensor<2x3xi32>
}
