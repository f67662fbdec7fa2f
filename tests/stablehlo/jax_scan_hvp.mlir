// exit: 0
// says: 2 of 2 check
module {
  func.func private @f(%arg0: tensor<3x3xf32>, %arg1: tensor<3xf32>, %arg2: tensor<5x3xf32>) -> (tensor<3x3xf32>, tensor<3x3xf32>) {
    %cst = stablehlo.constant dense<[[-0.320772558, -0.529743612, -0.0993446484], [0.168178096, 0.4544186, 0.04388256], [-0.221058935, -0.313912153, 0.29949832]]> : tensor<3x3xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<5x3xf32>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %3 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<5x3xf32>
    %cst_4 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<5x3xf32>
    %cst_5 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst_6, dims = [] : (tensor<f32>) -> tensor<5x3xf32>
    %cst_7 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %7 = stablehlo.broadcast_in_dim %cst_7, dims = [] : (tensor<f32>) -> tensor<5x3xf32>
    %cst_8 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<f32>) -> tensor<5x3xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %9:14 = stablehlo.while(%iterArg = %arg2, %iterArg_17 = %arg0, %iterArg_18 = %cst, %iterArg_19 = %c, %iterArg_20 = %arg1, %iterArg_21 = %0, %iterArg_22 = %1, %iterArg_23 = %2, %iterArg_24 = %3, %iterArg_25 = %4, %iterArg_26 = %5, %iterArg_27 = %6, %iterArg_28 = %7, %iterArg_29 = %8) : tensor<5x3xf32>, tensor<3x3xf32>, tensor<3x3xf32>, tensor<i32>, tensor<3xf32>, tensor<3xf32>, tensor<5xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>
    cond {
      %c_30 = stablehlo.constant dense<5> : tensor<i32>
      %22 = stablehlo.compare LT, %iterArg_19, %c_30, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %22 : tensor<i1>
    } do {
      %22 = func.call @dynamic_index_in_dim(%iterArg, %iterArg_19) : (tensor<5x3xf32>, tensor<i32>) -> tensor<3xf32>
      %23:10 = func.call @closed_call(%iterArg_17, %iterArg_18, %iterArg_20, %iterArg_21, %22) : (tensor<3x3xf32>, tensor<3x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
      %24 = func.call @dynamic_update_index_in_dim(%iterArg_22, %23#2, %iterArg_19) : (tensor<5xf32>, tensor<f32>, tensor<i32>) -> tensor<5xf32>
      %25 = func.call @dynamic_update_index_in_dim_0(%iterArg_23, %23#3, %iterArg_19) : (tensor<5x3xf32>, tensor<3xf32>, tensor<i32>) -> tensor<5x3xf32>
      %26 = func.call @dynamic_update_index_in_dim_0(%iterArg_24, %23#4, %iterArg_19) : (tensor<5x3xf32>, tensor<3xf32>, tensor<i32>) -> tensor<5x3xf32>
      %27 = func.call @dynamic_update_index_in_dim_0(%iterArg_25, %23#5, %iterArg_19) : (tensor<5x3xf32>, tensor<3xf32>, tensor<i32>) -> tensor<5x3xf32>
      %28 = func.call @dynamic_update_index_in_dim(%iterArg_26, %23#6, %iterArg_19) : (tensor<5xf32>, tensor<f32>, tensor<i32>) -> tensor<5xf32>
      %29 = func.call @dynamic_update_index_in_dim_0(%iterArg_27, %23#7, %iterArg_19) : (tensor<5x3xf32>, tensor<3xf32>, tensor<i32>) -> tensor<5x3xf32>
      %30 = func.call @dynamic_update_index_in_dim_0(%iterArg_28, %23#8, %iterArg_19) : (tensor<5x3xf32>, tensor<3xf32>, tensor<i32>) -> tensor<5x3xf32>
      %31 = func.call @dynamic_update_index_in_dim_0(%iterArg_29, %23#9, %iterArg_19) : (tensor<5x3xf32>, tensor<3xf32>, tensor<i32>) -> tensor<5x3xf32>
      %c_30 = stablehlo.constant dense<1> : tensor<i32>
      %32 = stablehlo.add %iterArg_19, %c_30 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_17, %iterArg_18, %32, %23#0, %23#1, %24, %25, %26, %27, %28, %29, %30, %31 : tensor<5x3xf32>, tensor<3x3xf32>, tensor<3x3xf32>, tensor<i32>, tensor<3xf32>, tensor<3xf32>, tensor<5xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>
    }
    %cst_9 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %10 = stablehlo.broadcast_in_dim %cst_9, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %11 = stablehlo.multiply %10, %9#6 : tensor<5xf32>
    %cst_10 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %cst_10, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %13 = stablehlo.multiply %12, %9#10 : tensor<5xf32>
    %cst_11 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %14 = stablehlo.broadcast_in_dim %cst_11, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %15 = stablehlo.multiply %14, %11 : tensor<5xf32>
    %16 = stablehlo.multiply %14, %13 : tensor<5xf32>
    %cst_12 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %17 = stablehlo.broadcast_in_dim %cst_12, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %cst_13 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %18 = stablehlo.broadcast_in_dim %cst_13, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %cst_14 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %19 = stablehlo.broadcast_in_dim %cst_14, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %cst_15 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %20 = stablehlo.broadcast_in_dim %cst_15, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %c_16 = stablehlo.constant dense<0> : tensor<i32>
    %21:15 = stablehlo.while(%iterArg = %15, %iterArg_17 = %9#7, %iterArg_18 = %9#8, %iterArg_19 = %9#9, %iterArg_20 = %16, %iterArg_21 = %9#11, %iterArg_22 = %9#12, %iterArg_23 = %9#13, %iterArg_24 = %arg0, %iterArg_25 = %cst, %iterArg_26 = %c_16, %iterArg_27 = %18, %iterArg_28 = %17, %iterArg_29 = %19, %iterArg_30 = %20) : tensor<5xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<3x3xf32>, tensor<3x3xf32>, tensor<i32>, tensor<3x3xf32>, tensor<3xf32>, tensor<3x3xf32>, tensor<3xf32>
    cond {
      %c_31 = stablehlo.constant dense<5> : tensor<i32>
      %22 = stablehlo.compare LT, %iterArg_26, %c_31, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %22 : tensor<i1>
    } do {
      %c_31 = stablehlo.constant dense<5> : tensor<i32>
      %22 = stablehlo.subtract %c_31, %iterArg_26 : tensor<i32>
      %c_32 = stablehlo.constant dense<1> : tensor<i32>
      %23 = stablehlo.subtract %22, %c_32 : tensor<i32>
      %24 = func.call @dynamic_index_in_dim_1(%iterArg, %23) : (tensor<5xf32>, tensor<i32>) -> tensor<f32>
      %25 = func.call @dynamic_index_in_dim(%iterArg_17, %23) : (tensor<5x3xf32>, tensor<i32>) -> tensor<3xf32>
      %26 = func.call @dynamic_index_in_dim(%iterArg_18, %23) : (tensor<5x3xf32>, tensor<i32>) -> tensor<3xf32>
      %27 = func.call @dynamic_index_in_dim(%iterArg_19, %23) : (tensor<5x3xf32>, tensor<i32>) -> tensor<3xf32>
      %28 = func.call @dynamic_index_in_dim_1(%iterArg_20, %23) : (tensor<5xf32>, tensor<i32>) -> tensor<f32>
      %29 = func.call @dynamic_index_in_dim(%iterArg_21, %23) : (tensor<5x3xf32>, tensor<i32>) -> tensor<3xf32>
      %30 = func.call @dynamic_index_in_dim(%iterArg_22, %23) : (tensor<5x3xf32>, tensor<i32>) -> tensor<3xf32>
      %31 = func.call @dynamic_index_in_dim(%iterArg_23, %23) : (tensor<5x3xf32>, tensor<i32>) -> tensor<3xf32>
      %32:4 = func.call @closed_call_2(%iterArg_24, %iterArg_25, %iterArg_27, %iterArg_28, %iterArg_29, %iterArg_30, %24, %25, %26, %27, %28, %29, %30, %31) : (tensor<3x3xf32>, tensor<3x3xf32>, tensor<3x3xf32>, tensor<3xf32>, tensor<3x3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3x3xf32>, tensor<3xf32>, tensor<3x3xf32>, tensor<3xf32>)
      %c_33 = stablehlo.constant dense<1> : tensor<i32>
      %33 = stablehlo.add %iterArg_26, %c_33 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_17, %iterArg_18, %iterArg_19, %iterArg_20, %iterArg_21, %iterArg_22, %iterArg_23, %iterArg_24, %iterArg_25, %33, %32#0, %32#1, %32#2, %32#3 : tensor<5xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<3x3xf32>, tensor<3x3xf32>, tensor<i32>, tensor<3x3xf32>, tensor<3xf32>, tensor<3x3xf32>, tensor<3xf32>
    }
    return %21#11, %21#13 : tensor<3x3xf32>, tensor<3x3xf32>
  }
  func.func private @dynamic_index_in_dim(%arg0: tensor<5x3xf32>, %arg1: tensor<i32>) -> tensor<3xf32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.dynamic_slice %arg0, %arg1, %c, sizes = [1, 3] : (tensor<5x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x3xf32>
    %1 = stablehlo.reshape %0 : (tensor<1x3xf32>) -> tensor<3xf32>
    return %1 : tensor<3xf32>
  }
  func.func private @closed_call(%arg0: tensor<3x3xf32>, %arg1: tensor<3x3xf32>, %arg2: tensor<3xf32>, %arg3: tensor<3xf32>, %arg4: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
    %0 = stablehlo.dot_general %arg0, %arg2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %1 = stablehlo.dot_general %arg1, %arg2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %2 = stablehlo.dot_general %arg0, %arg3, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %3 = stablehlo.add %1, %2 : tensor<3xf32>
    %4 = stablehlo.add %0, %arg4 : tensor<3xf32>
    %5 = stablehlo.tanh %4 : tensor<3xf32>
    %6 = stablehlo.multiply %3, %5 : tensor<3xf32>
    %7 = stablehlo.add %3, %6 : tensor<3xf32>
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %9 = stablehlo.subtract %8, %5 : tensor<3xf32>
    %10 = stablehlo.multiply %7, %9 : tensor<3xf32>
    %cst_0 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %11 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %12 = stablehlo.subtract %11, %5 : tensor<3xf32>
    %13 = stablehlo.negate %10 : tensor<3xf32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %14 = stablehlo.reduce(%5 init: %cst_1) applies stablehlo.add across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %15 = stablehlo.reduce(%10 init: %cst_2) applies stablehlo.add across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
    return %5, %10, %14, %arg2, %5, %12, %15, %arg3, %10, %13 : tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  }
  func.func private @dynamic_update_index_in_dim(%arg0: tensor<5xf32>, %arg1: tensor<f32>, %arg2: tensor<i32>) -> tensor<5xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2 : (tensor<5xf32>, tensor<1xf32>, tensor<i32>) -> tensor<5xf32>
    return %1 : tensor<5xf32>
  }
  func.func private @dynamic_update_index_in_dim_0(%arg0: tensor<5x3xf32>, %arg1: tensor<3xf32>, %arg2: tensor<i32>) -> tensor<5x3xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2, %c : (tensor<5x3xf32>, tensor<1x3xf32>, tensor<i32>, tensor<i32>) -> tensor<5x3xf32>
    return %1 : tensor<5x3xf32>
  }
  func.func private @dynamic_index_in_dim_1(%arg0: tensor<5xf32>, %arg1: tensor<i32>) -> tensor<f32> {
    %0 = stablehlo.dynamic_slice %arg0, %arg1, sizes = [1] : (tensor<5xf32>, tensor<i32>) -> tensor<1xf32>
    %1 = stablehlo.reshape %0 : (tensor<1xf32>) -> tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @closed_call_2(%arg0: tensor<3x3xf32>, %arg1: tensor<3x3xf32>, %arg2: tensor<3x3xf32>, %arg3: tensor<3xf32>, %arg4: tensor<3x3xf32>, %arg5: tensor<3xf32>, %arg6: tensor<f32>, %arg7: tensor<3xf32>, %arg8: tensor<3xf32>, %arg9: tensor<3xf32>, %arg10: tensor<f32>, %arg11: tensor<3xf32>, %arg12: tensor<3xf32>, %arg13: tensor<3xf32>) -> (tensor<3x3xf32>, tensor<3xf32>, tensor<3x3xf32>, tensor<3xf32>) {
    %0 = stablehlo.broadcast_in_dim %arg6, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %1 = stablehlo.broadcast_in_dim %arg10, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %2 = stablehlo.add %arg3, %0 : tensor<3xf32>
    %3 = stablehlo.add %arg5, %1 : tensor<3xf32>
    %4 = stablehlo.multiply %2, %arg9 : tensor<3xf32>
    %5 = stablehlo.multiply %3, %arg9 : tensor<3xf32>
    %6 = stablehlo.multiply %2, %arg13 : tensor<3xf32>
    %7 = stablehlo.add %5, %6 : tensor<3xf32>
    %8 = stablehlo.multiply %4, %arg8 : tensor<3xf32>
    %9 = stablehlo.multiply %7, %arg8 : tensor<3xf32>
    %10 = stablehlo.multiply %4, %arg12 : tensor<3xf32>
    %11 = stablehlo.add %9, %10 : tensor<3xf32>
    %12 = stablehlo.add %4, %8 : tensor<3xf32>
    %13 = stablehlo.add %7, %11 : tensor<3xf32>
    %14 = stablehlo.dot_general %12, %arg0, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3xf32>, tensor<3x3xf32>) -> tensor<3xf32>
    %15 = stablehlo.dot_general %13, %arg0, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3xf32>, tensor<3x3xf32>) -> tensor<3xf32>
    %16 = stablehlo.dot_general %12, %arg1, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3xf32>, tensor<3x3xf32>) -> tensor<3xf32>
    %17 = stablehlo.add %15, %16 : tensor<3xf32>
    %18 = stablehlo.dot_general %12, %arg7, contracting_dims = [] x [], precision = [DEFAULT, DEFAULT] : (tensor<3xf32>, tensor<3xf32>) -> tensor<3x3xf32>
    %19 = stablehlo.dot_general %13, %arg7, contracting_dims = [] x [], precision = [DEFAULT, DEFAULT] : (tensor<3xf32>, tensor<3xf32>) -> tensor<3x3xf32>
    %20 = stablehlo.dot_general %12, %arg11, contracting_dims = [] x [], precision = [DEFAULT, DEFAULT] : (tensor<3xf32>, tensor<3xf32>) -> tensor<3x3xf32>
    %21 = stablehlo.add %19, %20 : tensor<3x3xf32>
    %22 = stablehlo.add %arg2, %18 : tensor<3x3xf32>
    %23 = stablehlo.add %arg4, %21 : tensor<3x3xf32>
    return %22, %14, %23, %17 : tensor<3x3xf32>, tensor<3xf32>, tensor<3x3xf32>, tensor<3xf32>
  }
  func.func public @main() {
    %a0 = stablehlo.constant dense<[[-0.6415451169013977, -1.059487223625183, -0.1986892968416214], [0.33635619282722473, 0.9088371992111206, 0.08776511996984482], [-0.4421178698539734, -0.6278243064880371, 0.598996639251709]]> : tensor<3x3xf32>
    %a1 = stablehlo.constant dense<[0.32771027088165283, 0.6638842225074768, -1.3144186735153198]> : tensor<3xf32>
    %a2 = stablehlo.constant dense<[[1.3078263998031616, 0.21821501851081848, -0.9866629242897034], [-0.76661217212677, 1.280015230178833, 0.16230595111846924], [-1.3857078552246094, -0.06695695221424103, -0.9305807948112488], [-0.5034304857254028, -0.39040467143058777, -0.5706506967544556], [0.4427027702331543, -0.05046877637505531, -0.47154501080513]]> : tensor<5x3xf32>
    %r:2 = call @f(%a0, %a1, %a2) : (tensor<3x3xf32>, tensor<3xf32>, tensor<5x3xf32>) -> (tensor<3x3xf32>, tensor<3x3xf32>)
    %w0 = stablehlo.constant dense<[[2.724017858505249, -1.0884010791778564, 1.8883270025253296], [3.237941265106201, -1.9522615671157837, 2.100283622741699], [0.9617418050765991, -1.4826093912124634, 1.6964367628097534]]> : tensor<3x3xf32>
    check.expect_almost_eq %r#0, %w0 : tensor<3x3xf32>
    %w1 = stablehlo.constant dense<[[0.05872982740402222, -0.22073869407176971, 0.06039578467607498], [-0.19343900680541992, -0.07418428361415863, 0.8587191104888916], [-0.3125084638595581, 0.8801493048667908, -0.9326324462890625]]> : tensor<3x3xf32>
    check.expect_almost_eq %r#1, %w1 : tensor<3x3xf32>
    return
  }
}
