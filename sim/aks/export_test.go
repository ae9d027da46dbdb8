package aks

// EveryScan has the autoscaler play every scan, also those that find nothing new.
func (s *Service) EveryScan() { s.scaler.EveryScan() }
