// exit: 0
// says: 5 of 5 checks hold
// Regions that use what stands around them: arguments of a function, which are no constants.
module @captures {
  func.func private @body(%cap: tensor<f32>, %pivot: tensor<i32>) {
    %x = stablehlo.constant dense<[3.0, 1.0, 2.0, 5.0]> : tensor<4xf32>
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %r = stablehlo.reduce(%x init: %zero) across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
      reducer(%a: tensor<f32>, %b: tensor<f32>) {
        %0 = stablehlo.add %a, %b : tensor<f32>
        %1 = stablehlo.minimum %0, %cap : tensor<f32>
        stablehlo.return %1 : tensor<f32>
      }
    check.expect_eq_const %r, dense<7.0> : tensor<f32>
    %m = "stablehlo.map"(%x) <{dimensions = array<i64: 0>}> ({
    ^bb0(%a: tensor<f32>):
      %0 = stablehlo.multiply %a, %cap : tensor<f32>
      stablehlo.return %0 : tensor<f32>
    }) : (tensor<4xf32>) -> tensor<4xf32>
    check.expect_eq_const %m, dense<[21.0, 7.0, 14.0, 35.0]> : tensor<4xf32>
    %w = "stablehlo.reduce_window"(%x, %zero) <{window_dimensions = array<i64: 2>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %0 = stablehlo.add %a, %b : tensor<f32>
      %1 = stablehlo.add %0, %cap : tensor<f32>
      stablehlo.return %1 : tensor<f32>
    }) : (tensor<4xf32>, tensor<f32>) -> tensor<3xf32>
    check.expect_eq_const %w, dense<[18.0, 17.0, 21.0]> : tensor<3xf32>
    %places = stablehlo.constant dense<[[1], [3], [1]]> : tensor<3x1xi32>
    %updates = stablehlo.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32>
    %s = "stablehlo.scatter"(%x, %places, %updates) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %0 = stablehlo.subtract %b, %cap : tensor<f32>
      %1 = stablehlo.add %a, %0 : tensor<f32>
      stablehlo.return %1 : tensor<f32>
    }) : (tensor<4xf32>, tensor<3x1xi32>, tensor<3xf32>) -> tensor<4xf32>
    check.expect_eq_const %s, dense<[3.0, 27.0, 2.0, 18.0]> : tensor<4xf32>
    %k = stablehlo.constant dense<[0, 1, 2, 3, 4, 5]> : tensor<6xi32>
    %sorted = "stablehlo.sort"(%k) <{dimension = 0 : i64, is_stable = true}> ({
    ^bb0(%a: tensor<i32>, %b: tensor<i32>):
      %0 = stablehlo.xor %a, %pivot : tensor<i32>
      %1 = stablehlo.xor %b, %pivot : tensor<i32>
      %2 = stablehlo.compare LT, %0, %1, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %2 : tensor<i1>
    }) : (tensor<6xi32>) -> tensor<6xi32>
    check.expect_eq_const %sorted, dense<[3, 2, 1, 0, 5, 4]> : tensor<6xi32>
    return
  }
  func.func private @inputs() -> (tensor<f32>, tensor<i32>) {
    %0 = stablehlo.constant dense<7.0> : tensor<f32>
    %1 = stablehlo.constant dense<3> : tensor<i32>
    return %0, %1 : tensor<f32>, tensor<i32>
  }
  func.func public @main() {
    %0:2 = call @inputs() : () -> (tensor<f32>, tensor<i32>)
    call @body(%0#0, %0#1) : (tensor<f32>, tensor<i32>) -> ()
    return
  }
}
