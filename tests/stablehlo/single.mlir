// exit: 0
// says: 11 of 11 checks hold
module @single {
  sdy.mesh @mesh = <["x"=1]> {note = "one"}
  func.func private @twice(%x: tensor<3xf32>) -> tensor<3xf32> {
    %0 = stablehlo.add %x, %x : tensor<3xf32>
    return %0 : tensor<3xf32>
  }
  func.func public @main() -> tensor<ui32> {
    %x = stablehlo.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32>
    %zero = stablehlo.constant dense<0.0> : tensor<3xf32>
    %t = stablehlo.create_token : !stablehlo.token
    %tt = stablehlo.after_all %t : !stablehlo.token
    %0 = "stablehlo.all_reduce"(%x) <{replica_groups = dense<0> : tensor<1x1xi64>}> ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %s = stablehlo.add %a, %b : tensor<f32>
      stablehlo.return %s : tensor<f32>
    }) : (tensor<3xf32>) -> tensor<3xf32>
    check.expect_eq %0, %x : tensor<3xf32>
    %1 = "stablehlo.collective_permute"(%x) <{source_target_pairs = dense<0> : tensor<1x2xi64>}> : (tensor<3xf32>) -> tensor<3xf32>
    check.expect_eq %1, %x : tensor<3xf32>
    %2 = "stablehlo.collective_permute"(%x) <{source_target_pairs = dense<0> : tensor<0x2xi64>}> : (tensor<3xf32>) -> tensor<3xf32>
    check.expect_eq %2, %zero : tensor<3xf32>
    %3 = stablehlo.custom_call @Sharding(%x) {backend_config = ""} : (tensor<3xf32>) -> tensor<3xf32>
    %4 = sdy.sharding_constraint %3 <@mesh, [{"x"}]> : tensor<3xf32>
    check.expect_eq %4, %x : tensor<3xf32>
    %5 = stablehlo.composite "some.twice" %x {decomposition = @twice, version = 1 : i32} : (tensor<3xf32>) -> tensor<3xf32>
    check.expect_eq_const %5, dense<[2.0, 4.0, 8.0]> : tensor<3xf32>
    %n = stablehlo.get_dimension_size %x, dim = 0 : (tensor<3xf32>) -> tensor<i32>
    check.expect_eq_const %n, dense<3> : tensor<i32>
    %low = stablehlo.constant dense<1> : tensor<1xi64>
    %high = stablehlo.constant dense<3> : tensor<1xi64>
    %6 = stablehlo.real_dynamic_slice %x, %low, %high, %low : (tensor<3xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2xf32>
    check.expect_eq_const %6, dense<[2.0, 4.0]> : tensor<2xf32>
    %shape = stablehlo.constant dense<[2, 3]> : tensor<2xi64>
    %7 = stablehlo.dynamic_broadcast_in_dim %x, %shape, dims = [1] : (tensor<3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
    %8 = chlo.broadcast_add %x, %7 : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    check.expect_eq_const %8, dense<[[2.0, 4.0, 8.0], [2.0, 4.0, 8.0]]> : tensor<2x3xf32>
    %9 = chlo.broadcast_compare %x, %7 {comparison_direction = #chlo<comparison_direction LT>} : (tensor<3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
    check.expect_eq_const %9, dense<false> : tensor<2x3xi1>
    %10 = "chlo.constant_like"(%x) {value = 3.5 : f32} : (tensor<3xf32>) -> tensor<3xf32>
    check.expect_eq_const %10, dense<3.5> : tensor<3xf32>
    %ones = stablehlo.constant dense<1.0> : tensor<3xf32>
    %in = stablehlo.constant dense<[[1.0, 2.0, 3.0], [3.0, 6.0, 5.0]]> : tensor<2x3xf32>
    %out, %mean, %var = "stablehlo.batch_norm_training"(%in, %ones, %zero) <{epsilon = 0.0 : f32, feature_index = 1 : i64}> : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>)
    check.expect_eq_const %out, dense<[[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0]]> : tensor<2x3xf32>
    %r = stablehlo.replica_id : tensor<ui32>
    return %r : tensor<ui32>
  }
}
