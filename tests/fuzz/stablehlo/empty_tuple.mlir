func.func @main(%nothing: tuple<>) -> tuple<> {
  return %nothing : tuple<>
}
