// exit: 0
// says: 17 of 17 checks hold
// LAPACK's geqp3, sytrd, hetrd and gesvd, as JAX calls them, with LAPACK's values.
module @factors {
  func.func public @main() {
    %a = stablehlo.constant dense<[[1.76, 0.4, 0.98, 2.24], [1.87, -0.98, 0.95, -0.15], [-0.1, 0.41, 0.14, 1.45], [0.76, 0.12, 0.44, 0.33]]> : tensor<4x4xf64>
    %free = stablehlo.constant dense<0> : tensor<4xi32>
    %p:3 = stablehlo.custom_call @lapack_dgeqp3_ffi(%a, %free) {mhlo.backend_config = {}} : (tensor<4x4xf64>, tensor<4xi32>) -> (tensor<4x4xf64>, tensor<4xi32>, tensor<4xf64>)
    check.expect_almost_eq_const %p#0, dense<[[-2.6928609321686108, -1.3991439197589013, -0.6227948795890473, -0.8915796472514124], [-0.030408317214419462, -2.2857157066883222, 0.8530280748951705, -1.1262344437826548], [0.2939470664060548, -0.24192716884221513, 0.4328621505725626, -0.053970160159618794], [0.06689829787172281, 0.12904210814501985, -0.37409065947670794, 0.09934249874533332]]> : tensor<4x4xf64>
    check.expect_eq_const %p#1, dense<[4, 1, 2, 3]> : tensor<4xi32>
    check.expect_almost_eq_const %p#2, dense<[1.831829068200743, 1.8601525748303063, 1.7544724242241605, 0.0]> : tensor<4xf64>
    // The third column comes first in any case.
    %third = stablehlo.constant dense<[0, 0, 1, 0]> : tensor<4xi32>
    %f:3 = stablehlo.custom_call @lapack_dgeqp3_ffi(%a, %third) {mhlo.backend_config = {}} : (tensor<4x4xf64>, tensor<4xi32>) -> (tensor<4x4xf64>, tensor<4xi32>, tensor<4xf64>)
    check.expect_almost_eq_const %f#0, dense<[[-1.4408677940741128, -1.6662875038738676, 0.2975984346124847, -2.6523599290077726], [0.3924212641125815, 2.1154162603217816, 1.02721369478207, -0.30816355991433597], [0.05783050207974886, -0.3222728270741258, 0.39895763806244694, 0.06889952530271506], [0.18175300653635354, 0.10003866022707104, -0.4677058214690531, -0.21765771924714]]> : tensor<4x4xf64>
    check.expect_eq_const %f#1, dense<[3, 4, 2, 1]> : tensor<4xi32>
    // Sizes whose squares overflow, a matrix without columns.
    %large = stablehlo.constant dense<[[1.0e200, 4.0e200], [2.0e200, 3.0e200], [0.0, 0.0]]> : tensor<3x2xf64>
    %two = stablehlo.constant dense<0> : tensor<2xi32>
    %g:3 = stablehlo.custom_call @lapack_dgeqp3_ffi(%large, %two) {mhlo.backend_config = {}} : (tensor<3x2xf64>, tensor<2xi32>) -> (tensor<3x2xf64>, tensor<2xi32>, tensor<2xf64>)
    check.expect_eq_const %g#1, dense<[2, 1]> : tensor<2xi32>
    %corner = stablehlo.slice %g#0 [0:1, 0:1] : (tensor<3x2xf64>) -> tensor<1x1xf64>
    %five = stablehlo.constant dense<-5.0e200> : tensor<1x1xf64>
    check.expect_close %corner, %five : tensor<1x1xf64>, tensor<1x1xf64>
    %empty = stablehlo.constant dense<> : tensor<3x0xf64>
    %none = stablehlo.constant dense<> : tensor<0xi32>
    %e:3 = stablehlo.custom_call @lapack_dgeqp3_ffi(%empty, %none) {mhlo.backend_config = {}} : (tensor<3x0xf64>, tensor<0xi32>) -> (tensor<3x0xf64>, tensor<0xi32>, tensor<0xf64>)
    check.expect_eq_const %e#1, dense<> : tensor<0xi32>

    %l:5 = stablehlo.custom_call @lapack_dsytrd_ffi(%a) {mhlo.backend_config = {uplo = 76 : ui8}} : (tensor<4x4xf64>) -> (tensor<4x4xf64>, tensor<4xf64>, tensor<3xf64>, tensor<3xf64>, tensor<i32>)
    check.expect_almost_eq_const %l#0, dense<[[1.76, 0.4, 0.98, 2.24], [-2.021014596681578, -0.7624154731301256, 0.95, -0.15], [-0.025700237692576185, 0.728961628235237, 0.40189117701125854, 1.45], [0.195321806463579, 0.43649805179778883, 0.08121893634730513, -0.14947570388113263]]> : tensor<4x4xf64>
    check.expect_almost_eq_const %l#1, dense<[1.76, -0.7624154731301256, 0.40189117701125854, -0.14947570388113263]> : tensor<4xf64>
    check.expect_almost_eq_const %l#2, dense<[-2.021014596681578, 0.728961628235237, 0.08121893634730513]> : tensor<3xf64>
    check.expect_almost_eq_const %l#3, dense<[1.9252778297942343, 1.6799232924386986, 0.0]> : tensor<3xf64>
    %u:5 = stablehlo.custom_call @lapack_dsytrd_ffi(%a) {mhlo.backend_config = {uplo = 85 : ui8}} : (tensor<4x4xf64>) -> (tensor<4x4xf64>, tensor<4xf64>, tensor<3xf64>, tensor<3xf64>, tensor<i32>)
    check.expect_almost_eq_const %u#0, dense<[[0.013229700378461768, 0.23949097943953476, 0.19090143362567716, 0.5433511355202699], [1.87, -1.1635270710838077, 1.0882524220666248, -0.036385120682160925], [-0.1, 0.41, 2.0702973707053456, -2.6725643116677285], [0.76, 0.12, 0.44, 0.33]]> : tensor<4x4xf64>
    check.expect_almost_eq_const %u#2, dense<[0.23949097943953476, 1.0882524220666248, -2.6725643116677285]> : tensor<3xf64>
    check.expect_almost_eq_const %u#3, dense<[0.0, 1.9296761234436308, 1.5425500870716835]> : tensor<3xf64>
    // One row has nothing beside its diagonal.
    %z = stablehlo.constant dense<(2.5, 3.0)> : tensor<1x1xcomplex<f64>>
    %h:5 = stablehlo.custom_call @lapack_zhetrd_ffi(%z) {mhlo.backend_config = {uplo = 76 : ui8}} : (tensor<1x1xcomplex<f64>>) -> (tensor<1x1xcomplex<f64>>, tensor<1xf64>, tensor<0xf64>, tensor<0xcomplex<f64>>, tensor<i32>)
    check.expect_eq_const %h#1, dense<2.5> : tensor<1xf64>
    %s:5 = stablehlo.custom_call @lapack_dgesvd_ffi(%large) {mhlo.backend_config = {mode = 83 : ui8}} : (tensor<3x2xf64>) -> (tensor<3x2xf64>, tensor<2xf64>, tensor<3x2xf64>, tensor<2x2xf64>, tensor<i32>)
    %scale = stablehlo.constant dense<1.0e200> : tensor<2xf64>
    %sizes = stablehlo.divide %s#1, %scale : tensor<2xf64>
    check.expect_almost_eq_const %sizes, dense<[5.398345637668169, 0.9262096849104498]> : tensor<2xf64>
    return
  }
}
