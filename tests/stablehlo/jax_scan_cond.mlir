// exit: 0
// says: 1 of 1 check
module {
  func.func private @f(%arg0: tensor<4xf32>, %arg1: tensor<4x6xf32>) -> (tensor<4xf32>) {
    %0 = stablehlo.transpose %arg1, dims = [1, 0] : (tensor<4x6xf32>) -> tensor<6x4xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<6x4xi32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6x4xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %3 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<6x4xf32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %4:6 = stablehlo.while(%iterArg = %0, %iterArg_4 = %c_1, %iterArg_5 = %arg0, %iterArg_6 = %1, %iterArg_7 = %2, %iterArg_8 = %3) : tensor<6x4xf32>, tensor<i32>, tensor<4xf32>, tensor<6x4xi32>, tensor<6x4xf32>, tensor<6x4xf32>
    cond {
      %c_9 = stablehlo.constant dense<6> : tensor<i32>
      %7 = stablehlo.compare LT, %iterArg_4, %c_9, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %7 : tensor<i1>
    } do {
      %7 = func.call @dynamic_index_in_dim(%iterArg, %iterArg_4) : (tensor<6x4xf32>, tensor<i32>) -> tensor<4xf32>
      %8:4 = func.call @closed_call(%iterArg_5, %7) : (tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xi32>, tensor<4xf32>, tensor<4xf32>)
      %9 = func.call @dynamic_update_index_in_dim(%iterArg_6, %8#1, %iterArg_4) : (tensor<6x4xi32>, tensor<4xi32>, tensor<i32>) -> tensor<6x4xi32>
      %10 = func.call @dynamic_update_index_in_dim_0(%iterArg_7, %8#2, %iterArg_4) : (tensor<6x4xf32>, tensor<4xf32>, tensor<i32>) -> tensor<6x4xf32>
      %11 = func.call @dynamic_update_index_in_dim_0(%iterArg_8, %8#3, %iterArg_4) : (tensor<6x4xf32>, tensor<4xf32>, tensor<i32>) -> tensor<6x4xf32>
      %c_9 = stablehlo.constant dense<1> : tensor<i32>
      %12 = stablehlo.add %iterArg_4, %c_9 : tensor<i32>
      stablehlo.return %iterArg, %12, %8#0, %9, %10, %11 : tensor<6x4xf32>, tensor<i32>, tensor<4xf32>, tensor<6x4xi32>, tensor<6x4xf32>, tensor<6x4xf32>
    }
    %cst_2 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %6:5 = stablehlo.while(%iterArg = %4#3, %iterArg_4 = %4#4, %iterArg_5 = %4#5, %iterArg_6 = %c_3, %iterArg_7 = %5) : tensor<6x4xi32>, tensor<6x4xf32>, tensor<6x4xf32>, tensor<i32>, tensor<4xf32>
    cond {
      %c_8 = stablehlo.constant dense<6> : tensor<i32>
      %7 = stablehlo.compare LT, %iterArg_6, %c_8, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %7 : tensor<i1>
    } do {
      %c_8 = stablehlo.constant dense<6> : tensor<i32>
      %7 = stablehlo.subtract %c_8, %iterArg_6 : tensor<i32>
      %c_9 = stablehlo.constant dense<1> : tensor<i32>
      %8 = stablehlo.subtract %7, %c_9 : tensor<i32>
      %9 = func.call @dynamic_index_in_dim_1(%iterArg, %8) : (tensor<6x4xi32>, tensor<i32>) -> tensor<4xi32>
      %10 = func.call @dynamic_index_in_dim(%iterArg_4, %8) : (tensor<6x4xf32>, tensor<i32>) -> tensor<4xf32>
      %11 = func.call @dynamic_index_in_dim(%iterArg_5, %8) : (tensor<6x4xf32>, tensor<i32>) -> tensor<4xf32>
      %12 = func.call @closed_call_2(%iterArg_7, %9, %10, %11) : (tensor<4xf32>, tensor<4xi32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %c_10 = stablehlo.constant dense<1> : tensor<i32>
      %13 = stablehlo.add %iterArg_6, %c_10 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_4, %iterArg_5, %13, %12 : tensor<6x4xi32>, tensor<6x4xf32>, tensor<6x4xf32>, tensor<i32>, tensor<4xf32>
    }
    return %6#4 : tensor<4xf32>
  }
  func.func private @dynamic_index_in_dim(%arg0: tensor<6x4xf32>, %arg1: tensor<i32>) -> tensor<4xf32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.dynamic_slice %arg0, %arg1, %c, sizes = [1, 4] : (tensor<6x4xf32>, tensor<i32>, tensor<i32>) -> tensor<1x4xf32>
    %1 = stablehlo.reshape %0 : (tensor<1x4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @closed_call(%arg0: tensor<4xf32>, %arg1: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xi32>, tensor<4xf32>, tensor<4xf32>) {
    %0 = stablehlo.compare GT, %arg0, %arg1, FLOAT : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
    %1 = stablehlo.convert %0 : (tensor<4xi1>) -> tensor<4xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %3 = stablehlo.compare EQ, %1, %2, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %4 = stablehlo.select %3, %arg1, %arg1 : tensor<4xi1>, tensor<4xf32>
    %5 = stablehlo.select %3, %arg0, %arg0 : tensor<4xi1>, tensor<4xf32>
    %6 = stablehlo.multiply %4, %4 : tensor<4xf32>
    %7 = stablehlo.add %5, %6 : tensor<4xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %9 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %c_1 = stablehlo.constant dense<1> : tensor<i32>
    %10 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %11 = stablehlo.compare EQ, %1, %10, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %12 = stablehlo.select %11, %arg1, %arg1 : tensor<4xi1>, tensor<4xf32>
    %13 = stablehlo.select %11, %arg0, %arg0 : tensor<4xi1>, tensor<4xf32>
    %14 = stablehlo.sine %13 : tensor<4xf32>
    %15 = stablehlo.cosine %13 : tensor<4xf32>
    %16 = stablehlo.multiply %14, %12 : tensor<4xf32>
    %c_2 = stablehlo.constant dense<1> : tensor<i32>
    %17 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %18 = stablehlo.compare LT, %1, %17, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %19 = stablehlo.select %18, %7, %16 : tensor<4xi1>, tensor<4xf32>
    %c_3 = stablehlo.constant dense<1> : tensor<i32>
    %20 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %21 = stablehlo.compare LT, %1, %20, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %22 = stablehlo.select %21, %8, %15 : tensor<4xi1>, tensor<4xf32>
    %c_4 = stablehlo.constant dense<1> : tensor<i32>
    %23 = stablehlo.broadcast_in_dim %c_4, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %24 = stablehlo.compare LT, %1, %23, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %25 = stablehlo.select %24, %9, %12 : tensor<4xi1>, tensor<4xf32>
    return %19, %1, %22, %25 : tensor<4xf32>, tensor<4xi32>, tensor<4xf32>, tensor<4xf32>
  }
  func.func private @dynamic_update_index_in_dim(%arg0: tensor<6x4xi32>, %arg1: tensor<4xi32>, %arg2: tensor<i32>) -> tensor<6x4xi32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [1] : (tensor<4xi32>) -> tensor<1x4xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2, %c : (tensor<6x4xi32>, tensor<1x4xi32>, tensor<i32>, tensor<i32>) -> tensor<6x4xi32>
    return %1 : tensor<6x4xi32>
  }
  func.func private @dynamic_update_index_in_dim_0(%arg0: tensor<6x4xf32>, %arg1: tensor<4xf32>, %arg2: tensor<i32>) -> tensor<6x4xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [1] : (tensor<4xf32>) -> tensor<1x4xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2, %c : (tensor<6x4xf32>, tensor<1x4xf32>, tensor<i32>, tensor<i32>) -> tensor<6x4xf32>
    return %1 : tensor<6x4xf32>
  }
  func.func private @dynamic_index_in_dim_1(%arg0: tensor<6x4xi32>, %arg1: tensor<i32>) -> tensor<4xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.dynamic_slice %arg0, %arg1, %c, sizes = [1, 4] : (tensor<6x4xi32>, tensor<i32>, tensor<i32>) -> tensor<1x4xi32>
    %1 = stablehlo.reshape %0 : (tensor<1x4xi32>) -> tensor<4xi32>
    return %1 : tensor<4xi32>
  }
  func.func private @closed_call_2(%arg0: tensor<4xf32>, %arg1: tensor<4xi32>, %arg2: tensor<4xf32>, %arg3: tensor<4xf32>) -> tensor<4xf32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %1 = stablehlo.compare EQ, %arg1, %0, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %2 = stablehlo.select %1, %arg0, %arg0 : tensor<4xi1>, tensor<4xf32>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %4 = stablehlo.compare EQ, %arg1, %3, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %5 = stablehlo.select %4, %arg2, %arg2 : tensor<4xi1>, tensor<4xf32>
    %6 = stablehlo.select %4, %arg3, %arg3 : tensor<4xi1>, tensor<4xf32>
    %7 = stablehlo.select %4, %arg0, %arg0 : tensor<4xi1>, tensor<4xf32>
    %8 = stablehlo.multiply %7, %6 : tensor<4xf32>
    %9 = stablehlo.multiply %8, %5 : tensor<4xf32>
    %c_1 = stablehlo.constant dense<1> : tensor<i32>
    %10 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %11 = stablehlo.compare LT, %arg1, %10, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %12 = stablehlo.select %11, %2, %9 : tensor<4xi1>, tensor<4xf32>
    return %12 : tensor<4xf32>
  }
  func.func public @main() {
    %a0 = stablehlo.constant dense<[0.21767762303352356, 0.7141401767730713, -0.3918928802013397, -0.30978813767433167]> : tensor<4xf32>
    %a1 = stablehlo.constant dense<[[-0.6846891641616821, -0.30172163248062134, 1.3327525854110718, -0.2906549274921417, 0.9484930634498596, 0.6608091592788696], [0.5834254622459412, 0.6424121260643005, -0.8114212155342102, 0.2987581491470337, 1.270729660987854, -0.5566367506980896], [-0.03768566995859146, -0.5513273477554321, 0.25360921025276184, -0.8628240823745728, 1.2877438068389893, -0.3014678359031677], [-1.2341293096542358, 1.4326326847076416, 0.7764183282852173, 0.4148091971874237, 0.42607003450393677, -0.2862384021282196]]> : tensor<4x6xf32>
    %r = call @f(%a0, %a1) : (tensor<4xf32>, tensor<4x6xf32>) -> tensor<4xf32>
    %w0 = stablehlo.constant dense<[0.014340114779770374, 0.06015294790267944, -0.018587132915854454, -0.06642679125070572]> : tensor<4xf32>
    check.expect_almost_eq %r, %w0 : tensor<4xf32>
    return
  }
}
