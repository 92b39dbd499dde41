"""The student model as it serves: labels, the sealed set of files, one ONNX pass, decoding."""
