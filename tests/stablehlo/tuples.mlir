// exit: 0
// says: 6 of 6 checks hold
// Tuples: made, taken apart, inside each other, given to functions and returned by them.
module @tuples {
  func.func private @pair(%a: tensor<2xf32>, %n: tensor<i32>) -> tuple<tensor<2xf32>, tensor<i32>> {
    %0 = stablehlo.negate %a : tensor<2xf32>
    %1 = stablehlo.tuple %0, %n : tuple<tensor<2xf32>, tensor<i32>>
    return %1 : tuple<tensor<2xf32>, tensor<i32>>
  }
  func.func private @first(%t: tuple<tuple<tensor<2xf32>, tensor<i32>>, tensor<i1>> {mhlo.some = 1 : i32}, %x: tensor<2xf32>) -> (tensor<2xf32>, tensor<i32>) {
    %0 = stablehlo.get_tuple_element %t[0] : (tuple<tuple<tensor<2xf32>, tensor<i32>>, tensor<i1>>) -> tuple<tensor<2xf32>, tensor<i32>>
    %1 = "stablehlo.get_tuple_element"(%0) <{index = 0 : i32}> : (tuple<tensor<2xf32>, tensor<i32>>) -> tensor<2xf32>
    %2 = "stablehlo.get_tuple_element"(%0) {index = 1 : i32} : (tuple<tensor<2xf32>, tensor<i32>>) -> tensor<i32>
    %3 = stablehlo.add %1, %x : tensor<2xf32>
    return %3, %2 : tensor<2xf32>, tensor<i32>
  }
  func.func public @main() -> tuple<tensor<2xf32>, tensor<i1>> {
    %a = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32>
    %n = stablehlo.constant dense<7> : tensor<i32>
    %yes = stablehlo.constant dense<true> : tensor<i1>
    %t = call @pair(%a, %n) : (tensor<2xf32>, tensor<i32>) -> tuple<tensor<2xf32>, tensor<i32>>
    %0 = stablehlo.get_tuple_element %t[0] : (tuple<tensor<2xf32>, tensor<i32>>) -> tensor<2xf32>
    check.expect_eq_const %0, dense<[-1.0, -2.0]> : tensor<2xf32>
    %1 = stablehlo.get_tuple_element %t[1] : (tuple<tensor<2xf32>, tensor<i32>>) -> tensor<i32>
    check.expect_eq_const %1, dense<7> : tensor<i32>
    %all = "stablehlo.tuple"(%t, %yes) : (tuple<tensor<2xf32>, tensor<i32>>, tensor<i1>) -> tuple<tuple<tensor<2xf32>, tensor<i32>>, tensor<i1>>
    %2 = stablehlo.get_tuple_element %all[1] : (tuple<tuple<tensor<2xf32>, tensor<i32>>, tensor<i1>>) -> tensor<i1>
    check.expect_eq_const %2, dense<true> : tensor<i1>
    %3:2 = call @first(%all, %a) : (tuple<tuple<tensor<2xf32>, tensor<i32>>, tensor<i1>>, tensor<2xf32>) -> (tensor<2xf32>, tensor<i32>)
    check.expect_eq_const %3#0, dense<0.0> : tensor<2xf32>
    check.expect_eq_const %3#1, dense<7> : tensor<i32>
    %kept = stablehlo.optimization_barrier %t : tuple<tensor<2xf32>, tensor<i32>>
    %4 = stablehlo.get_tuple_element %kept[1] : (tuple<tensor<2xf32>, tensor<i32>>) -> tensor<i32>
    check.expect_eq_const %4, dense<7> : tensor<i32>
    %none = stablehlo.tuple : tuple<>
    %r = stablehlo.tuple %0, %yes : tuple<tensor<2xf32>, tensor<i1>>
    return %r : tuple<tensor<2xf32>, tensor<i1>>
  }
}
