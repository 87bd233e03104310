import ModelIR
import Testing

@Test("units of the modules in people's words", arguments: [
    ("mg_per_L", "mg/L"), ("cell", "cells"), ("dimensionless", ""), ("cells_per_uL", "cells/µL"), ("per_day", "1/day"),
    ("degree_C", "°C"), ("cell_per_day", "cells/day"), ("day", "day"), ("TCID50_mL", "TCID50/mL"),
])
func unitWords(id: String, words: String) {
    #expect(unitInWords(id) == words)
}
