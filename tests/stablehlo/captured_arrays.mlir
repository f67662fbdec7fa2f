// exit: 0
// says: 8 of 8 checks hold
// Regions on single elements that look into arrays around them: a table that is an argument, and one that is constant.
module @captured_arrays {
  func.func private @body(%table: tensor<2x3xf32>, %cap: tensor<f32>) {
    %i = stablehlo.constant dense<[5, 0, 3, 1]> : tensor<4xi32>
    %x = stablehlo.constant dense<[3.0, 1.0, 2.0, 5.0]> : tensor<4xf32>
    %zero = stablehlo.constant dense<0.0> : tensor<f32>
    %m = "stablehlo.map"(%i) <{dimensions = array<i64: 0>}> ({
    ^bb0(%a: tensor<i32>):
      %flat = stablehlo.reshape %table : (tensor<2x3xf32>) -> tensor<6xf32>
      %0 = stablehlo.dynamic_slice %flat, %a, sizes = [1] : (tensor<6xf32>, tensor<i32>) -> tensor<1xf32>
      %1 = stablehlo.reshape %0 : (tensor<1xf32>) -> tensor<f32>
      stablehlo.return %1 : tensor<f32>
    }) : (tensor<4xi32>) -> tensor<4xf32>
    check.expect_eq_const %m, dense<[15.0, 10.0, 13.0, 11.0]> : tensor<4xf32>
    %r = stablehlo.reduce(%x init: %zero) across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
      reducer(%a: tensor<f32>, %b: tensor<f32>) {
        %0 = stablehlo.slice %table [1:2, 2:3] : (tensor<2x3xf32>) -> tensor<1x1xf32>
        %1 = stablehlo.reshape %0 : (tensor<1x1xf32>) -> tensor<f32>
        %2 = stablehlo.add %a, %b : tensor<f32>
        %3 = stablehlo.minimum %2, %1 : tensor<f32>
        stablehlo.return %3 : tensor<f32>
      }
    check.expect_eq_const %r, dense<11.0> : tensor<f32>
    %capped = stablehlo.reduce(%x init: %zero) across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
      reducer(%a: tensor<f32>, %b: tensor<f32>) {
        %0 = stablehlo.slice %table [0:1, 0:1] : (tensor<2x3xf32>) -> tensor<1x1xf32>
        %1 = stablehlo.reshape %0 : (tensor<1x1xf32>) -> tensor<f32>
        %2 = stablehlo.add %a, %b : tensor<f32>
        %3 = stablehlo.minimum %2, %1 : tensor<f32>
        stablehlo.return %3 : tensor<f32>
      }
    check.expect_eq_const %capped, dense<10.0> : tensor<f32>
    %order = stablehlo.constant dense<[2, 0, 3, 1, 9, 9]> : tensor<6xi32>
    %k = stablehlo.constant dense<[0, 1, 2, 3]> : tensor<4xi32>
    %sorted = "stablehlo.sort"(%k) <{dimension = 0 : i64, is_stable = true}> ({
    ^bb0(%a: tensor<i32>, %b: tensor<i32>):
      %0 = stablehlo.dynamic_slice %order, %a, sizes = [1] : (tensor<6xi32>, tensor<i32>) -> tensor<1xi32>
      %1 = stablehlo.dynamic_slice %order, %b, sizes = [1] : (tensor<6xi32>, tensor<i32>) -> tensor<1xi32>
      %2 = stablehlo.compare LT, %0, %1, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
      %3 = stablehlo.reshape %2 : (tensor<1xi1>) -> tensor<i1>
      stablehlo.return %3 : tensor<i1>
    }) : (tensor<4xi32>) -> tensor<4xi32>
    check.expect_eq_const %sorted, dense<[1, 3, 0, 2]> : tensor<4xi32>
    %down = "stablehlo.sort"(%k) <{dimension = 0 : i64, is_stable = true}> ({
    ^bb0(%a: tensor<i32>, %b: tensor<i32>):
      %flat = stablehlo.reshape %table : (tensor<2x3xf32>) -> tensor<6xf32>
      %0 = stablehlo.dynamic_slice %flat, %a, sizes = [1] : (tensor<6xf32>, tensor<i32>) -> tensor<1xf32>
      %1 = stablehlo.dynamic_slice %flat, %b, sizes = [1] : (tensor<6xf32>, tensor<i32>) -> tensor<1xf32>
      %2 = stablehlo.compare GT, %0, %1 : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xi1>
      %3 = stablehlo.reshape %2 : (tensor<1xi1>) -> tensor<i1>
      stablehlo.return %3 : tensor<i1>
    }) : (tensor<4xi32>) -> tensor<4xi32>
    check.expect_eq_const %down, dense<[3, 2, 1, 0]> : tensor<4xi32>
    %w = "stablehlo.reduce_window"(%x, %zero) <{window_dimensions = array<i64: 2>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %0 = stablehlo.reduce(%table init: %zero) applies stablehlo.maximum across dimensions = [0, 1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<f32>
      %1 = stablehlo.add %a, %b : tensor<f32>
      %2 = stablehlo.add %1, %0 : tensor<f32>
      stablehlo.return %2 : tensor<f32>
    }) : (tensor<4xf32>, tensor<f32>) -> tensor<3xf32>
    check.expect_eq_const %w, dense<[34.0, 33.0, 37.0]> : tensor<3xf32>
    %places = stablehlo.constant dense<[[1], [3], [1]]> : tensor<3x1xi32>
    %updates = stablehlo.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32>
    %s = "stablehlo.scatter"(%x, %places, %updates) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %0 = stablehlo.slice %table [0:1, 1:2] : (tensor<2x3xf32>) -> tensor<1x1xf32>
      %1 = stablehlo.reshape %0 : (tensor<1x1xf32>) -> tensor<f32>
      %2 = stablehlo.subtract %b, %1 : tensor<f32>
      %3 = stablehlo.add %a, %2 : tensor<f32>
      stablehlo.return %3 : tensor<f32>
    }) : (tensor<4xf32>, tensor<3x1xi32>, tensor<3xf32>) -> tensor<4xf32>
    check.expect_eq_const %s, dense<[3.0, 19.0, 2.0, 14.0]> : tensor<4xf32>
    // The element of each window that is closest to %cap = 4.
    %grid = stablehlo.constant dense<[3.0, 1.0, 2.0, 5.0, 5.5, 4.0, 9.0]> : tensor<7xf32>
    %source = stablehlo.constant dense<[100.0, 200.0, 300.0]> : tensor<3xf32>
    %picked = "stablehlo.select_and_scatter"(%grid, %source, %zero) <{window_dimensions = array<i64: 3>, window_strides = array<i64: 2>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %0 = stablehlo.subtract %a, %cap : tensor<f32>
      %1 = stablehlo.abs %0 : tensor<f32>
      %2 = stablehlo.subtract %b, %cap : tensor<f32>
      %3 = stablehlo.abs %2 : tensor<f32>
      %4 = stablehlo.compare LE, %1, %3 : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %4 : tensor<i1>
    }, {
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %0 = stablehlo.slice %table [0:1, 0:1] : (tensor<2x3xf32>) -> tensor<1x1xf32>
      %1 = stablehlo.reshape %0 : (tensor<1x1xf32>) -> tensor<f32>
      %2 = stablehlo.add %a, %b : tensor<f32>
      %3 = stablehlo.add %2, %1 : tensor<f32>
      stablehlo.return %3 : tensor<f32>
    }) : (tensor<7xf32>, tensor<3xf32>, tensor<f32>) -> tensor<7xf32>
    check.expect_eq_const %picked, dense<[110.0, 0.0, 0.0, 210.0, 0.0, 310.0, 0.0]> : tensor<7xf32>
    return
  }
  func.func private @inputs() -> (tensor<2x3xf32>, tensor<f32>) {
    %0 = stablehlo.constant dense<[[10.0, 11.0, 12.0], [13.0, 14.0, 15.0]]> : tensor<2x3xf32>
    %1 = stablehlo.constant dense<4.0> : tensor<f32>
    return %0, %1 : tensor<2x3xf32>, tensor<f32>
  }
  func.func public @main() {
    %0:2 = call @inputs() : () -> (tensor<2x3xf32>, tensor<f32>)
    call @body(%0#0, %0#1) : (tensor<2x3xf32>, tensor<f32>) -> ()
    return
  }
}
